/** The service under which access keys of AWS are kept. */
export const AWS_SERVICE = 'aws'
/** Their name in the list. */
export const AWS_NAME = 'AWS'

/** Stands for every API of AWS: what a program is given is good for all of them. */
export const AWS_HOST = 'amazonaws.com'

/** How the settings of access keys are written, and the sentence for anything else. */
export const awsForms = {
  /** AWS names 16 to 128 characters. */
  accessKeyId: {
    form: /^[A-Z0-9]{16,128}$/,
    sentence: 'An access key ID is 16 or more capital letters and digits, as AKIA….'
  },
  roleArn: {
    form: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
    sentence: 'A role is written arn:aws:iam::ACCOUNT:role/NAME.'
  },
  /** ARN of a virtual device, or the serial number of a hardware device. */
  mfaSerial: {
    form: /^[\w+=/:,.@-]{9,256}$/,
    sentence: 'An MFA device is written arn:aws:iam::ACCOUNT:mfa/NAME.'
  },
  region: {
    form: /^[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}$/,
    sentence: 'A region is written as eu-central-1.'
  },
  /** Address of an STS without a path. */
  endpoint: {
    form: /^https?:\/\/[a-zA-Z0-9.-]{1,253}(:\d{1,5})?\/?$/,
    sentence: 'An endpoint is written https://HOST.'
  },
  code: { form: /^\d{6}$/, sentence: 'A code of an MFA device has six digits.' }
} as const

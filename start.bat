@echo off
rem Windows (a double click): finds a Python that fits and starts the camera. The window stays open when something goes
rem wrong, so that it can be read.
setlocal EnableDelayedExpansion
rem The name of a picture that is dropped here is in quotes only where it holds a blank. At an ampersand cmd begins another
rem command, and it takes carets out. The whole line tells the name, and "exit" leaves no second command.
set "VTUBE_COMMAND_LINE=!CMDCMDLINE!"
set "LEAVE=exit /b"
if not "!VTUBE_COMMAND_LINE:\start.bat=!"=="!VTUBE_COMMAND_LINE!" set "LEAVE=exit"
if not "!VTUBE_COMMAND_LINE:/k=!"=="!VTUBE_COMMAND_LINE!" set "LEAVE=exit /b"
setlocal DisableDelayedExpansion
chcp 65001 >nul
rem pushd gives a folder of another computer (\\server\share) a letter; cmd cannot go there otherwise.
pushd "%~dp0"
if not exist start.bat if not exist run_vcam.py goto unreachable
if not exist run_vcam.py (
  echo start.bat stands alone here: Windows shows a zip as a folder, but has not unpacked it.
  echo Right-click the zip, choose "Extract All", and start it from the folder that this makes.
  set CODE=1
  goto failed
)
set "PYTHON="
set "FITS=import sys, sysconfig; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 14) and sysconfig.get_platform() == 'win-amd64'))"

call :try ".venv\Scripts\python.exe"
for %%V in (3.13 3.12 3.11 3.14) do call :try "py.exe" "-%%V"
call :try "python.exe"
call :try "python3.exe"

if not defined PYTHON (
  echo vtube needs Python 3.11 to 3.14, 64-bit ^(x64^). Get it from https://www.python.org/downloads/windows/
  echo and tick "Add python.exe to PATH", then start this again.
  set CODE=1
  goto failed
)
%PYTHON% run_vcam.py --open %*
set CODE=%ERRORLEVEL%
popd
if "%CODE%"=="0" %LEAVE% 0
rem Ctrl-C is no error.
if "%CODE%"=="130" %LEAVE% 130
goto failed

:unreachable
echo Windows cannot go into the folder of start.bat. Is its path longer than 260 characters?
echo Move it to a short one, such as C:\vtube, and start it there.
set CODE=1

:failed
echo.
echo It ended with an error (%CODE%); the lines above say why.
pause
%LEAVE% %CODE%

:try
if defined PYTHON exit /b 0
%1 %~2 -c "%FITS%" >nul 2>&1
if not errorlevel 1 set PYTHON=%1 %~2
exit /b 0

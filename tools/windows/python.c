/* python.exe and pythonw.exe for the official python311.dll under Wine, and a virtual environment's redirector.

   Hands the program to Py_Main of the DLL in its own folder; with a pyvenv.cfg beside it or one folder up it starts the
   python.exe of its `home` instead. Under Wine it fills three gaps first. x86_64-w64-mingw32-gcc -municode python.c */
#define _WIN32_WINNT 0x0601
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

#define PATH 1024

/* The environment's `home`, if this program stands in one. */
static int environment_home(const wchar_t *self, wchar_t *home)
{
    wchar_t folder[PATH], name[PATH];
    char line[4096];
    wcsncpy(folder, self, PATH - 1);
    folder[PATH - 1] = 0;
    for (int level = 0; level < 2; level++) {
        wchar_t *end = wcsrchr(folder, L'\\');
        if (!end) return 0;
        *end = 0;
        swprintf(name, PATH, L"%ls\\pyvenv.cfg", folder);
        FILE *file = _wfopen(name, L"rb");
        if (!file) continue;
        int found = 0;
        while (!found && fgets(line, sizeof line, file)) {
            char *value = strchr(line, '=');
            if (strncmp(line, "home", 4) || !value) continue;
            for (value++; *value == ' '; value++) ;
            value[strcspn(value, "\r\n")] = 0;
            found = MultiByteToWideChar(CP_UTF8, 0, value, -1, home, PATH) > 0;
        }
        fclose(file);
        if (found) return 1;
    }
    return 0;
}

static BOOL WINAPI child_decides(DWORD event) { (void)event; return TRUE; }

/* Start the same program of `home` with our command line, end with its code; it does not outlive us. */
static int start_in(const wchar_t *home, const wchar_t *self)
{
    wchar_t program[2 * PATH];
    swprintf(program, 2 * PATH, L"%ls%ls", home, wcsrchr(self, L'\\'));
    SetEnvironmentVariableW(L"__PYVENV_LAUNCHER__", self);
    SetConsoleCtrlHandler(child_decides, TRUE);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
    HANDLE job = CreateJobObjectW(NULL, NULL);
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    STARTUPINFOW start = {0};
    start.cb = sizeof start;
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    PROCESS_INFORMATION child;
    if (!CreateProcessW(program, GetCommandLineW(), NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) {
        fwprintf(stderr, L"%ls does not start: error %lu\n", program, GetLastError());
        return 101;
    }
    AssignProcessToJobObject(job, child.hProcess);
    WaitForSingleObject(child.hProcess, INFINITE);
    DWORD code = 1;
    GetExitCodeProcess(child.hProcess, &code);
    return (int)code;
}

/* Gap 1: Wine 8 has only a stub for the processors of a NUMA node, and torch's OpenMP ends the program for it. */
static BOOL WINAPI numa_node(USHORT node, PGROUP_AFFINITY answer)
{
    DWORD_PTR own, all;
    if (node || !GetProcessAffinityMask(GetCurrentProcess(), &own, &all)) return FALSE;
    memset(answer, 0, sizeof *answer);
    answer->Mask = all;
    return TRUE;
}

static void put_in_place(const wchar_t *library, const char *name, void *function)
{
    unsigned char code[12] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; /* mov rax, function; jmp rax */
    void *place = (void *)GetProcAddress(GetModuleHandleW(library), name);
    DWORD before;
    if (!place || !VirtualProtect(place, sizeof code, PAGE_EXECUTE_READWRITE, &before)) return;
    memcpy(code + 2, &function, sizeof function);
    memcpy(place, code, sizeof code);
    VirtualProtect(place, sizeof code, before, &before);
}

static void fill_gaps(void)
{
    if (!GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version")) return;
    put_in_place(L"kernelbase.dll", "GetNumaNodeProcessorMaskEx", (void *)numa_node);
    put_in_place(L"kernel32.dll", "GetNumaNodeProcessorMaskEx", (void *)numa_node);
    /* Gap 2: Linux wants to be asked before a program uses the matrix unit: arch_prctl(ARCH_REQ_XCOMP_PERM, 18). */
    long answer;
    __asm__ volatile("syscall" : "=a"(answer) : "a"(158L), "D"(0x1023L), "S"(18L) : "rcx", "r11", "memory");
    /* Gap 3: in a Linux terminal the keyboard is listened to only once somebody has asked for a key. */
    INPUT_RECORD key;
    DWORD mode, count;
    HANDLE keyboard = GetStdHandle(STD_INPUT_HANDLE);
    if (GetConsoleMode(keyboard, &mode)) PeekConsoleInputW(keyboard, &key, 1, &count);
}

int wmain(int argc, wchar_t **argv)
{
    wchar_t self[PATH], home[PATH];
    GetModuleFileNameW(NULL, self, PATH);
    if (environment_home(self, home)) return start_in(home, self);
    fill_gaps();
    HMODULE python = LoadLibraryW(L"python311.dll");
    if (!python) {
        fwprintf(stderr, L"python311.dll does not load: error %lu\n", GetLastError());
        return 102;
    }
    int (*run)(int, wchar_t **) = (int (*)(int, wchar_t **))(void *)GetProcAddress(python, "Py_Main");
    return run(argc, argv);
}

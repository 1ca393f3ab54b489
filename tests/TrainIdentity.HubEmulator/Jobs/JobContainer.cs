using System.Diagnostics;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>
/// Plays a job by running its own command as a process: its environment, its secrets, its repo at its revision, in a folder of
/// its own that goes when it ends. What its image would have is stood in for by the folder Image beside the program.
/// </summary>
public static class JobContainer
{
    private const string Image = "Image";

    private static readonly string[] Inherited = ["PATH", "LANG", "LC_ALL"];

    /// <param name="behaviour">Of the trainer that stands in: trains, fails, oom, hangs, lies, nothing or crashes.</param>
    /// <param name="seconds">That its training takes.</param>
    public static JobPlay Run(string behaviour = "trains", double seconds = 1) => async (run, stop) =>
    {
        var folder = Directory.CreateTempSubdirectory("hub-job-");
        try
        {
            run.Start();
            var data = folder.CreateSubdirectory("data").FullName;
            run.WriteInput(data);
            using var process = new Process { StartInfo = Start(run, folder.FullName, data, behaviour, seconds) };
            process.OutputDataReceived += (_, line) => Print(run, line.Data);
            process.ErrorDataReceived += (_, line) => Print(run, line.Data);
            _ = process.Start();
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return await EndAsync(process, stop);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    };

    private static async Task<JobEnd> EndAsync(Process process, CancellationToken stop)
    {
        try
        {
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0 ? JobEnd.Completed : JobEnd.Error($"Exit code: {process.ExitCode}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    private static ProcessStartInfo Start(JobRun run, string folder, string data, string behaviour, double seconds)
    {
        var image = Path.Combine(AppContext.BaseDirectory, Image);
        var start = new ProcessStartInfo(run.Command[0], run.Command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            start.Environment[name] = Environment.GetEnvironmentVariable(name);
        }
        foreach (var (name, value) in run.Environment.Concat(run.Secrets))
        {
            start.Environment[name] = value;
        }
        start.Environment["JOB_ID"] = run.JobId;
        start.Environment["ACCELERATOR"] = "none";
        start.Environment["HOME"] = start.Environment["TMPDIR"] = folder;
        start.Environment["PYTHONPATH"] = image;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["IDT_DATA"] = data;
        start.Environment["IDT_WORK"] = Path.Combine(folder, "work");
        start.Environment["IDT_TRAINER"] = Path.Combine(image, "train.py");
        start.Environment["IDT_STAND_IN"] = behaviour;
        start.Environment["IDT_STAND_IN_SECONDS"] = FormattableString.Invariant($"{seconds}");
        return start;
    }

    private static void Print(JobRun run, string? line)
    {
        if (line is not null) run.Print(line);
    }
}

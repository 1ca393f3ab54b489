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

    /// <param name="behaviour">Of the trainer that stands in; its file Image/train.py says which there are.</param>
    /// <param name="seconds">That its training takes; one that is slow takes twenty times as long.</param>
    /// <param name="previews">What goes wrong with them: fails, hangs, oom, half or absent; nothing when empty.</param>
    /// <param name="environment">In place of what the job says itself, as its time or whether it makes previews.</param>
    public static JobPlay Run(
        string behaviour = "trains", double seconds = 1, string previews = "", IReadOnlyDictionary<string, string>? environment = null) => async (run, stop) =>
    {
        var folder = Directory.CreateTempSubdirectory("hub-job-");
        try
        {
            run.Start();
            var data = folder.CreateSubdirectory("data").FullName;
            run.WriteInput(data);
            var start = Start(run, folder.FullName, data);
            start.Environment["IDT_STAND_IN"] = behaviour;
            start.Environment["IDT_STAND_IN_SECONDS"] = FormattableString.Invariant($"{seconds}");
            start.Environment["IDT_STAND_IN_PREVIEWS"] = previews;
            foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            {
                start.Environment[name] = value;
            }
            using var process = new Process { StartInfo = start };
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

    private static ProcessStartInfo Start(JobRun run, string folder, string data)
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
        return start;
    }

    private static void Print(JobRun run, string? line)
    {
        if (line is not null) run.Print(line);
    }
}

namespace TrainIdentity.Functions;

/// <summary>What a command finds, line by line; what is left to the operator begins with words that can be searched for.</summary>
internal sealed class Findings(TextWriter output)
{
    public int Lacks { get; private set; }

    public Task SayAsync(string line) => output.WriteLineAsync(line);

    /// <param name="what">What is missing, and what to do about it.</param>
    public Task LacksAsync(string what)
    {
        Lacks++;
        return output.WriteLineAsync($"To do: {what}");
    }
}

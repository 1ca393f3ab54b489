using TrainIdentity.Secrets;

namespace TrainIdentity.Functions;

/// <summary>Secrets as an operator hands them over: in the environment, or line by line, which leaves no trace in a shell's history.</summary>
internal sealed class GivenSecrets(IConfiguration environment, TextReader input)
{
    private readonly Dictionary<string, string> _lines = [];

    public async Task ReadAsync(CancellationToken stop)
    {
        while (await input.ReadLineAsync(stop) is { } line)
        {
            if (line.Split('=', 2) is [var name, var value])
            {
                _lines[name.Trim()] = value;
            }
        }
    }

    public string? Find(SecretName name) => (_lines.GetValueOrDefault(name.Setting) ?? environment[name.Setting])?.Trim() is { Length: > 0 } value ? value : null;
}

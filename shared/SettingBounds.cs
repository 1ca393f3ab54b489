using System.Runtime.CompilerServices;

namespace TrainIdentity;

/// <summary>Sentences about settings of one section that are outside of what can work, naming each as the environment spells it.</summary>
internal sealed class SettingBounds(string section)
{
    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults => _faults;

    public SettingBounds Of(TimeSpan value, TimeSpan least, TimeSpan most, [CallerArgumentExpression(nameof(value))] string name = "") =>
        When(value < least || value > most, $"{section}__{name} must be between {least:c} and {most:c}.");

    public SettingBounds Of(long value, long least, long most, [CallerArgumentExpression(nameof(value))] string name = "") =>
        When(value < least || value > most, $"{section}__{name} must be between {least} and {most}.");

    public SettingBounds When(bool wrong, string sentence)
    {
        if (wrong)
        {
            _faults.Add(sentence);
        }
        return this;
    }
}

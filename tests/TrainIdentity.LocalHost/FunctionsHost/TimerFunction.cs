namespace TrainIdentity.LocalHost;

/// <param name="Binding">The name its data goes by in the invocation.</param>
/// <param name="Schedule">Six NCrontab fields, or <c>%Setting%</c>.</param>
/// <param name="UseMonitor">Whether the host tells when the timer ran last.</param>
public sealed record TimerFunction(string Name, string Binding, string Schedule, bool RunOnStartup, bool UseMonitor);

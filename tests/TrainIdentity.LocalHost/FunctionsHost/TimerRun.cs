namespace TrainIdentity.LocalHost;

/// <param name="Status">The handler's answer; null when none came.</param>
/// <param name="Succeeded">A 2xx with JSON. An empty body never gets here before the function timeout, and then it is a failure.</param>
public sealed record TimerRun(bool Succeeded, int? Status, string Body);

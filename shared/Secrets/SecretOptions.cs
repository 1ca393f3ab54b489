namespace TrainIdentity.Secrets;

public sealed class SecretOptions
{
    public TimeSpan RefreshEvery { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>With the vault away, the last snapshot serves this long.</summary>
    public TimeSpan UsableFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The same for what lets callers in: a webhook secret that was withdrawn must not outlive an outage by a day.</summary>
    public TimeSpan WebhookUsableFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Least time between two attempts while the vault fails.</summary>
    public TimeSpan RetryEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Least time between two readings that evidence asks for.</summary>
    public TimeSpan RenewEvery { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<string> Faults() => new SettingBounds("Secrets")
        .Of(RefreshEvery, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
        .Of(UsableFor, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30))
        .Of(WebhookUsableFor, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
        .Of(RetryEvery, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1))
        .Of(RenewEvery, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1))
        .When(UsableFor < RefreshEvery, "Secrets__UsableFor must be no shorter than Secrets__RefreshEvery.")
        .When(UsableFor < WebhookUsableFor, "Secrets__UsableFor must be no shorter than Secrets__WebhookUsableFor.")
        .Faults;
}

namespace TrainIdentity.LocalHost;

public sealed record TokenIssuerOptions
{
    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    public string Audience { get; init; } = "authenticated";

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

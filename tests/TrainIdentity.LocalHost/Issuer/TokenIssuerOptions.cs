namespace TrainIdentity.LocalHost;

public sealed record TokenIssuerOptions
{
    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    public string Audience { get; init; } = "authenticated";

    /// <summary>The one app that may send people here to sign in.</summary>
    public string ClientId { get; init; } = "local-page";

    /// <summary>The only addresses that people are sent back to, after signing in as after signing out.</summary>
    public IReadOnlyList<Uri> Pages { get; init; } = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

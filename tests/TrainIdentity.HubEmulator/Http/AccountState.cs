namespace TrainIdentity.HubEmulator.Http;

/// <summary>What the account has to train with; tests change it as they go.</summary>
public sealed class AccountState
{
    /// <summary>Whether the terms of the gated base models are accepted.</summary>
    public bool TermsAccepted { get; set; } = true;

    public bool CanPay { get; set; }

    public string BillingMode { get; set; } = "prepaid";

    /// <summary>Taken by private repos that are not there.</summary>
    public long OtherPrivateBytes { get; set; }
}

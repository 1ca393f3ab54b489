namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>What can go wrong with one HTTP call.</summary>
internal enum WireFault
{
    DnsFails,
    ConnectionRefused,
    TlsFails,
    ConnectTimesOut,

    /// <summary>The request is taken and nothing ever comes back.</summary>
    HeadersNeverCome,

    ResetBeforeHeaders,
    ResetInBody,
    EndInBody,
    StallInBody,
    Unauthorized401Token,
    Unauthorized401Repo,
    PaymentRequired402,
    Forbidden403,
    NotFound404,
    RequestTimeout408,
    Busy409,
    Exists409,
    StaleParent412,
    TooLarge413,
    Unprocessable422,
    RateLimit429,
    RetryAfterSeconds429,
    RetryAfterDate429,
    ServerError500,
    BadGatewayPage502,
    Unavailable503,
    GatewayTimeoutAfterEffect504,

    /// <summary>200 with a page, with nothing, with half of the JSON, or with JSON of other types.</summary>
    Junk200,

    /// <summary>200 that says what is not so: another oid or job, an item nobody asked for, or an effect that never was.</summary>
    Lie200,

    ForeignRedirect307,
}

/// <summary>Where among the tries of one call a fault strikes.</summary>
internal enum WirePosition
{
    FirstTry,

    /// <summary>The first try meets a plain 503, the next one the fault.</summary>
    OnRetry,

    Always,
}

/// <summary>Faults to which a caller must answer alike.</summary>
internal enum WireTrouble
{
    /// <summary>No whole answer: the effect may have happened.</summary>
    NoAnswer,

    /// <summary>The Hub says that it may work later.</summary>
    Later,

    RateLimited,

    /// <summary>401 or 403: the operator must see to the token.</summary>
    Denied,

    /// <summary>The Hub says that there is no such repo, or hides it.</summary>
    Missing,

    /// <summary>A refusal that the same call will meet again.</summary>
    Refused,

    /// <summary>An answer that cannot be believed.</summary>
    Unbelievable,
}

internal static class WireFaultKinds
{
    public static WireTrouble Trouble(this WireFault fault) => fault switch
    {
        <= WireFault.StallInBody => WireTrouble.NoAnswer,
        WireFault.Unauthorized401Token or WireFault.Forbidden403 => WireTrouble.Denied,
        WireFault.Unauthorized401Repo or WireFault.NotFound404 => WireTrouble.Missing,
        WireFault.RateLimit429 or WireFault.RetryAfterSeconds429 or WireFault.RetryAfterDate429 => WireTrouble.RateLimited,
        WireFault.PaymentRequired402 or WireFault.Exists409 or WireFault.StaleParent412 or WireFault.TooLarge413 or WireFault.Unprocessable422 => WireTrouble.Refused,
        WireFault.Junk200 or WireFault.Lie200 or WireFault.ForeignRedirect307 => WireTrouble.Unbelievable,
        _ => WireTrouble.Later,
    };
}

namespace TrainIdentity.HubEmulator.Http;

/// <summary>Who caused an effect, told by the token.</summary>
public enum Actor
{
    Other,
    Service,
    Runner,
}

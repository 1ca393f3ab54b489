namespace TrainIdentity.Identities;

internal static class SameMoment
{
    /// <summary>Row keys of work items carry milliseconds, so that is where two moments become one.</summary>
    public static bool Of(DateTimeOffset? a, DateTimeOffset? b) => a?.ToUnixTimeMilliseconds() == b?.ToUnixTimeMilliseconds();
}

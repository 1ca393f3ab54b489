using System.Security.Cryptography;

namespace TrainIdentity.HubEmulator.Http;

internal static class HubIds
{
    /// <summary>24 lower-case hex characters, the form of repo, user, webhook and job ids.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>The same id for the same name, so that users and organisations need no table.</summary>
    public static string For(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))[..24];
}

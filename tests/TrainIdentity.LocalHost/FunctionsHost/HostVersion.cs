namespace TrainIdentity.LocalHost;

/// <summary>The version of the host that this one imitates, as its headers give it.</summary>
internal static class HostVersion
{
    public const string Text = "4.1054.100.26101";
}

using System.Diagnostics.CodeAnalysis;

namespace TrainIdentity.Functions;

/// <param name="Check">Change nothing, only say whether all is well.</param>
/// <param name="Rotate">Give the webhook a new secret.</param>
/// <param name="FromInput">Read <c>NAME=value</c> lines from standard input.</param>
/// <param name="Service">The public address of the service; null where it is known otherwise.</param>
internal sealed record SetUpArguments(bool Check, bool Rotate, bool FromInput, Uri? Service)
{
    public const string Usage = """
        setup [--check] [--stdin] [--rotate-webhook-secret] [--url https://address-of-this-service]
          --check                  changes nothing; ends with 0 when all is well
          --stdin                  takes secrets from lines NAME=value of standard input, besides the environment
          --rotate-webhook-secret  stores a new secret for the webhook and tells the Hub
          --url                    where the Hub is to call; needed the first time, unless WEBSITE_HOSTNAME says it
        """;

    public static bool TryParse(ReadOnlySpan<string> args, bool local, [NotNullWhen(true)] out SetUpArguments? parsed)
    {
        parsed = null;
        var read = new SetUpArguments(false, false, false, null);
        while (args.Length > 0)
        {
            if (args is ["--url", var text, ..] && IsAddress(text, local, out var url))
            {
                read = read with { Service = url };
                args = args[2..];
                continue;
            }
            switch (args[0])
            {
                case "--check":
                    read = read with { Check = true };
                    break;
                case "--rotate-webhook-secret":
                    read = read with { Rotate = true };
                    break;
                case "--stdin":
                    read = read with { FromInput = true };
                    break;
                default:
                    return false;
            }
            args = args[1..];
        }
        parsed = read;
        return !(read.Check && (read.Rotate || read.FromInput));
    }

    /// <summary>The secret travels with every delivery, so it must not travel in the open.</summary>
    private static bool IsAddress(string text, bool local, out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && (url.Scheme == Uri.UriSchemeHttps || (local && url.IsLoopback && url.Scheme == Uri.UriSchemeHttp));
}

using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Auth;

/// <summary>The one key of an issuer that signs with a secret we know too.</summary>
internal sealed class SharedSecret(Func<CancellationToken, ValueTask<string?>> read)
{
    // As long as the digest; a shorter one can be guessed from any token.
    private const int LeastBytes = 32;

    /// <returns>Null when there is none, or none that is safe to use: then nothing can be said about a token.</returns>
    public async ValueTask<IReadOnlyList<SecurityKey>?> FindAsync(CancellationToken stop) =>
        await read(stop) is { } text && Encoding.UTF8.GetBytes(text) is { Length: >= LeastBytes } secret ? [new SymmetricSecurityKey(secret)] : null;
}

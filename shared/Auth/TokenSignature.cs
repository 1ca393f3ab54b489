using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Auth;

/// <summary>Says whether one of an issuer's keys signed a token. What the token claims is judged elsewhere.</summary>
internal static class TokenSignature
{
    // The length was judged before; a second limit here could only disagree with the first.
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = int.MaxValue };

    /// <summary>A token that names no key is good only if it is clear which one signed it.</summary>
    public static async Task<bool> IsByAsync(SignedToken token, IReadOnlyList<SecurityKey> keys)
    {
        var signers = 0;
        foreach (var key in keys)
        {
            signers += await IsByAsync(token, key) ? 1 : 0;
        }
        return token.KeyId is null ? signers == 1 : signers > 0;
    }

    private static async Task<bool> IsByAsync(SignedToken token, SecurityKey key)
    {
        var result = await Handler.ValidateTokenAsync(token.Text, new TokenValidationParameters
        {
            RequireSignedTokens = true,
            ValidAlgorithms = [token.Algorithm],
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = true,
            ValidateIssuerSigningKey = true,

            // TokenRules compares these itself: with the injected clock, and with an answer of its own for each.
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireExpirationTime = false,
            ValidateTokenReplay = false,
            ValidateActor = false,
        });
        return result.IsValid;
    }
}

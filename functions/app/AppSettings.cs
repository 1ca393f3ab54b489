namespace TrainIdentity.Functions;

internal sealed record SignInView(string Authority, string ClientId, string Scope, string? Audience);

/// <param name="SignIn">Null where nobody can sign in on the page.</param>
internal sealed record AppSettings(SignInView? SignIn)
{
    public static AppSettings Of(SignInOptions options) =>
        new(options.IsOffered ? new SignInView(options.Authority, options.ClientId, options.Scope, options.Audience.Length > 0 ? options.Audience : null) : null);
}

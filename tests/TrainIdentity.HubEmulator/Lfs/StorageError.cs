namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>An error as S3 states it.</summary>
internal sealed record StorageError(int Status, string Code, string Message) : IResult
{
    public static StorageError TwoCredentials { get; } = new(400, "InvalidArgument",
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified");

    public static StorageError NoLength { get; } = new(501, "NotImplemented",
        "A header you provided implies functionality that is not implemented");

    public static StorageError Mismatch { get; } = new(403, "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.");

    public static StorageError Unsigned { get; } = new(403, "AccessDenied", "There were headers present in the request which were not signed");

    public static StorageError Expired { get; } = new(403, "AccessDenied", "Request has expired");

    public static StorageError RequestTimeout { get; } = new(400, "RequestTimeout",
        "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.");

    public static StorageError NoSuchKey { get; } = new(404, "NoSuchKey", "The specified key does not exist.");

    public static StorageError NoSuchUpload { get; } = new(404, "NoSuchUpload", "The specified upload does not exist.");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = "application/xml";
        return httpContext.Response.WriteAsync(
            $"""<?xml version="1.0" encoding="UTF-8"?>{'\n'}<Error><Code>{Code}</Code><Message>{Message}</Message></Error>""",
            httpContext.RequestAborted);
    }
}

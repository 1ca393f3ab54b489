namespace TrainIdentity.Photos;

/// <summary>The spool's folder takes no more: full, read-only or gone. Trying again later may help.</summary>
public sealed class SpoolException(string message, Exception inner) : IOException(message, inner);

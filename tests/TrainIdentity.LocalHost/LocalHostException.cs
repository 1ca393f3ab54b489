namespace TrainIdentity.LocalHost;

/// <summary>Why something local could not be started or went down; the message is one line for a person.</summary>
public sealed class LocalHostException : Exception
{
    public LocalHostException()
    {
    }

    public LocalHostException(string message)
        : base(message)
    {
    }

    public LocalHostException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

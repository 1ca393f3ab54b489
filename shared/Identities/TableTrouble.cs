using Azure;

namespace TrainIdentity.Identities;

/// <summary>What the tables throw when they refuse or cannot be reached.</summary>
public static class TableTrouble
{
    /// <summary>When every try of a call ended in an exception, Azure.Core throws them together and not a <see cref="RequestFailedException"/>.</summary>
    public static bool Is(Exception e) => e is RequestFailedException or AggregateException;
}

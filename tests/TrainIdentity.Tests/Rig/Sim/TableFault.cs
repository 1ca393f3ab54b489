using Azure;
using Azure.Data.Tables;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>Errors as the client gives them.</summary>
internal static class TableFault
{
    public static RequestFailedException Of(int status, string code) => new(status, $"{code} ({status})", code, null);

    /// <summary>The client takes the number of the action from the text, and the exception from its data.</summary>
    public static TableTransactionFailedException Of(int status, string code, int action)
    {
        var failed = new RequestFailedException(status, $"{action}:{code} ({status})", code, null);
        failed.Data["FailedEntity"] = action.ToString();
        return new TableTransactionFailedException(failed);
    }
}

using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Published;

/// <summary>The run's tables, for the service as it is deployed.</summary>
public sealed class PublishedTables(Tables tables, PublishedApp app) : Tables
{
    public override Task<string> ConnectionStringAsync() => tables.ConnectionStringAsync();

    public override Task<string> AppFolderAsync() => app.FolderAsync();
}

using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Published;

public sealed class PublishedService(Tables tables, PublishedApp app) : DefaultService(new PublishedTables(tables, app));

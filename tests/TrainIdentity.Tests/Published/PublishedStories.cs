using TrainIdentity.Tests.Service;

namespace TrainIdentity.Tests.Published;

// What is told of the build output, told again of what is deployed.

public sealed class PublishedTrainIdentityTests(PublishedService service) : TrainIdentityFacts(service), IClassFixture<PublishedService>;

public sealed class PublishedDraftTests(PublishedService service) : DraftFacts(service), IClassFixture<PublishedService>;

public sealed class PublishedThumbnailTests(PublishedService service) : ThumbnailFacts(service), IClassFixture<PublishedService>;

public sealed class PublishedIdentitiesTests(PublishedService service) : IdentitiesFacts(service), IClassFixture<PublishedService>;

public sealed class PublishedMeTests(PublishedService service) : MeFacts(service), IClassFixture<PublishedService>;

public sealed class PublishedOperatorTests(PublishedService service) : OperatorFacts(service), IClassFixture<PublishedService>;

public sealed class PublishedBackupTests(PublishedTables tables) : BackupFacts(tables), IClassFixture<PublishedTables>;

public sealed class PublishedLimitsTests(PublishedTables tables) : LimitsFacts(tables), IClassFixture<PublishedTables>;

public sealed class PublishedHostingTests(PublishedTables tables) : HostingFacts(tables), IClassFixture<PublishedTables>;

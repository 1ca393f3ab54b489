using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.HubEmulator.Lfs;
using TrainIdentity.HubEmulator.Repos;
using TrainIdentity.HubEmulator.Webhooks;

namespace TrainIdentity.HubEmulator;

/// <summary>Everything behind the two listeners, in the order in which the parts need each other.</summary>
internal sealed class HubParts
{
    public HubParts(HubEmulatorOptions options, DataFolder data, FaultBook faults)
    {
        (Options, Faults) = (options, faults);
        Link = new(options);
        Journal = new(options.Clock, data.Of("journal.ndjson"));
        Webhooks = new(data.Of("webhooks.json"));
        Posts = new(Deliveries, options);
        Delivery = new(Webhooks, Posts, Faults, Journal, options);
        Events = new(Delivery, Address);
        Repos = new(new RepoFolders(data.Of("repos")), Journal, Events, options);
        Accounts = new(options);
        Gate = new(Accounts, Repos);
        Committing = new(Repos, Events, Journal, options.Clock);
        Intake = new(Journal);
        Urls = new(options);
        Push = new(Accounts, Gate, Committing, Intake);
        Jobs = new(Push, Repos, options, Journal);
    }

    public HubEmulatorOptions Options { get; }

    public HubAddress Address { get; } = new();

    public FaultBook Faults { get; }

    public CallLog Calls { get; } = new();

    public Link Link { get; }

    public AccountState Account { get; } = new();

    public UploadBook Uploads { get; } = new();

    public HubJournal Journal { get; }

    public WebhookBook Webhooks { get; }

    public DeliveryLog Deliveries { get; } = new();

    public WebhookPosts Posts { get; }

    public WebhookDelivery Delivery { get; }

    public RepoEvents Events { get; }

    public RepoBook Repos { get; }

    public Accounts Accounts { get; }

    public Gate Gate { get; }

    public Committing Committing { get; }

    public ObjectIntake Intake { get; }

    public PresignedUrls Urls { get; }

    public Push Push { get; }

    public JobBoard Jobs { get; }

    /// <summary>As instances, so that both listeners share them and neither disposes them.</summary>
    public void AddTo(IServiceCollection services) => services
        .AddSingleton(Options).AddSingleton(Account).AddSingleton(Options.Clock).AddSingleton(Address).AddSingleton(Faults).AddSingleton(Uploads)
        .AddSingleton(Journal).AddSingleton(Webhooks).AddSingleton(Deliveries).AddSingleton(Posts).AddSingleton(Events).AddSingleton(Repos)
        .AddSingleton(Accounts).AddSingleton(Gate).AddSingleton(Committing).AddSingleton(Intake).AddSingleton(Urls).AddSingleton(Jobs)
        .AddSingleton(new CreateTurns(Options))
        .AddSingleton(new ScheduleBook(Jobs, Options.Clock))
        .AddSingleton(new UploadOffer(Address, Urls, Uploads, Options))
        .AddSingleton(new JobAccess(Accounts, Jobs, Options.Clock));
}

using TrainIdentity.Training;

namespace TrainIdentity.Tests.Training;

/// <summary>The profiles that come with the service, and what an operator may add or put in their place.</summary>
public sealed class TrainingProfilesTests
{
    private static readonly TrainingProfile Flux512 = new()
    {
        Name = "flux-512",
        Version = 1,
        BaseModel = "black-forest-labs/FLUX.1-dev",
        BaseRevision = "3de623fc3c33e44ffbe2bad470d0f45bccf2eb21",
        Gated = true,
        License = "flux-1-dev-non-commercial-license",
        LicenseLink = "https://huggingface.co/black-forest-labs/FLUX.1-dev/blob/main/LICENSE.md",
        Steps = 1000,
        LearningRate = 4e-4,
        Resolution = 512,
        Rank = 16,
        Alpha = 16,
        Guidance = 1,
        Optimizer = "adamw-8bit",
        Batch = 1,
        Accumulation = 1,
        Scheduler = "constant",
        WarmupSteps = 0,
        SequenceLength = 128,
        Seed = 42,
        Previews = true,
        Flavor = "a100-large",
        ListUsdPerHour = 2.5m,
        UsualMinutes = 35,
        TimeoutMinutes = 90,
    };

    [Fact]
    public void The_built_in_ones_are_exactly_these()
    {
        var profiles = new TrainingProfiles(new TrainingOptions());

        Assert.Equal(
            [
                Flux512,
                Flux512 with { Name = "flux-512-auto", Steps = null, StepsPerPhoto = 50, LeastSteps = 600, MostSteps = 2000, UsualMinutes = 60 },
                Flux512 with { Name = "flux-1024", Steps = 1500, LearningRate = 1e-4, Resolution = 1024, Rank = 32, Alpha = 32, UsualMinutes = 90, TimeoutMinutes = 180 },
            ],
            profiles.All);
        Assert.Equal((Flux512, Flux512), (profiles.Default, TrainingProfiles.Original));
        Assert.Empty(new TrainingOptions { Image = "trainer" }.Faults(local: true));
    }

    [Theory]
    [InlineData(3, 600)]
    [InlineData(12, 600)]
    [InlineData(13, 650)]
    [InlineData(40, 2000)]
    public void Steps_follow_the_photos_where_the_profile_says_so(int photos, int steps)
    {
        var auto = new TrainingProfiles(new TrainingOptions()).Find("flux-512-auto")!;

        Assert.Equal(steps, TrainingPlan.From(auto, "person", photos).Steps);
        Assert.Equal(steps, TrainingPlan.From(auto, "person", 0).For(photos).Steps);
        Assert.Equal(1000, TrainingPlan.From(Flux512, "person", photos).For(photos).Steps);
    }

    [Fact]
    public void An_operators_own_has_the_values_of_the_one_it_is_from()
    {
        var profiles = new TrainingProfiles(new TrainingOptions
        {
            DefaultProfile = "small",
            Profiles = """[{"name":"small","from":"flux-512","version":3,"rank":8,"flavor":"l40sx1","previews":false},{"name":"smaller","from":"small","rank":4}]""",
        });

        Assert.Equal(Flux512 with { Name = "small", Version = 3, Rank = 8, Flavor = "l40sx1", Previews = false }, profiles.Default);
        Assert.Equal(profiles.Default with { Name = "smaller", Rank = 4 }, profiles.Find("smaller"));
        Assert.Equal(5, profiles.All.Count);
    }

    [Fact]
    public void One_of_a_name_that_is_there_takes_its_place()
    {
        var profiles = new TrainingProfiles(new TrainingOptions { Profiles = """[{"name":"flux-512","from":"flux-512","version":2,"seed":7}]""" });

        Assert.Equal(Flux512 with { Version = 2, Seed = 7 }, profiles.All[0]);
        Assert.Equal((3, 42), (profiles.All.Count, TrainingProfiles.Original.Seed));
    }

    [Fact]
    public void Hardware_and_timeout_for_all_are_settings()
    {
        var profiles = new TrainingProfiles(new TrainingOptions { Flavor = "h200", Timeout = TimeSpan.FromMinutes(50) });

        Assert.All(profiles.All, profile => Assert.Equal(("h200", 50), (profile.Flavor, profile.TimeoutMinutes)));
        Assert.Equal([35, 50, 50], profiles.All.Select(profile => profile.UsualMinutes));
    }

    [Theory]
    [InlineData("""[{"name":"mine","from":"flux-512","stepz":5}]""", "stepz")]
    [InlineData("""[{"name":"mine","from":"flux-512","rank":"16"}]""", "rank")]
    [InlineData("""[{"name":"mine","from":"flux-9000"}]""", "flux-9000")]
    [InlineData("""[{"name":"mine","from":"flux-512","version":0}]""", "version")]
    [InlineData("""[{"name":"mine","from":"flux-512","base_model":"nowhere"}]""", "base_model")]
    [InlineData("""[{"name":"mine","from":"flux-512","base_revision":"main"}]""", "base_revision")]
    [InlineData("""[{"name":"mine","from":"flux-512","license":""}]""", "license")]
    [InlineData("""[{"name":"mine","from":"flux-512","license_link":"http://example.org"}]""", "license_link")]
    [InlineData("""[{"name":"mine","from":"flux-512","steps":299}]""", "steps")]
    [InlineData("""[{"name":"mine","from":"flux-512","steps":4001}]""", "steps")]
    [InlineData("""[{"name":"mine","from":"flux-512","steps":null}]""", "steps_per_photo")]
    [InlineData("""[{"name":"mine","from":"flux-512-auto","least_steps":100}]""", "least_steps")]
    [InlineData("""[{"name":"mine","from":"flux-512-auto","most_steps":500}]""", "most_steps")]
    [InlineData("""[{"name":"mine","from":"flux-512","learning_rate":0}]""", "learning_rate")]
    [InlineData("""[{"name":"mine","from":"flux-512","learning_rate":2.1}]""", "learning_rate")]
    [InlineData("""[{"name":"mine","from":"flux-512","resolution":500}]""", "resolution")]
    [InlineData("""[{"name":"mine","from":"flux-512","rank":0}]""", "rank")]
    [InlineData("""[{"name":"mine","from":"flux-512","alpha":257}]""", "alpha")]
    [InlineData("""[{"name":"mine","from":"flux-512","guidance":-1}]""", "guidance")]
    [InlineData("""[{"name":"mine","from":"flux-512","optimizer":"sgd"}]""", "optimizer")]
    [InlineData("""[{"name":"mine","from":"flux-512","scheduler":"step"}]""", "scheduler")]
    [InlineData("""[{"name":"mine","from":"flux-512","batch":17}]""", "batch")]
    [InlineData("""[{"name":"mine","from":"flux-512","accumulation":0}]""", "accumulation")]
    [InlineData("""[{"name":"mine","from":"flux-512","warmup_steps":-1}]""", "warmup_steps")]
    [InlineData("""[{"name":"mine","from":"flux-512","sequence_length":513}]""", "sequence_length")]
    [InlineData("""[{"name":"mine","from":"flux-512","seed":-1}]""", "seed")]
    [InlineData("""[{"name":"mine","from":"flux-512","flavor":""}]""", "flavor")]
    [InlineData("""[{"name":"mine","from":"flux-512","list_usd_per_hour":-1}]""", "list_usd_per_hour")]
    [InlineData("""[{"name":"mine","from":"flux-512","timeout_minutes":1441}]""", "timeout_minutes")]
    [InlineData("""[{"name":"mine","from":"flux-512","usual_minutes":91}]""", "usual_minutes")]
    public void A_mistake_ends_the_start_with_a_sentence_that_names_profile_and_field(string profiles, string field)
    {
        var fault = Assert.Single(new TrainingOptions { Image = "trainer", Profiles = profiles }.Faults(local: true));

        Assert.StartsWith("Profile mine: ", fault, StringComparison.Ordinal);
        Assert.Contains(field, fault, StringComparison.Ordinal);
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"from":"flux-512"}]""")]
    [InlineData("""[{"name":7}]""")]
    [InlineData("""[{"name":"mine"}]""")]
    [InlineData("""[{"name":"Mine","from":"flux-512"}]""")]
    [InlineData("[")]
    public void What_is_no_list_of_profiles_ends_the_start(string profiles) => Assert.NotEmpty(TrainingProfiles.Faults(new TrainingOptions { Profiles = profiles }));

    [Fact]
    public void A_default_that_is_none_of_them_ends_the_start() =>
        Assert.Equal("Training__DefaultProfile must be one of flux-512, flux-512-auto, flux-1024.", Assert.Single(TrainingProfiles.Faults(new TrainingOptions { DefaultProfile = "flux" })));
}

using System.Text.RegularExpressions;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Training;

public sealed partial class TrainingJobTests
{
    [GeneratedRegex("^[A-Za-z0-9._-]{1,100}$")]
    private static partial Regex LegalLabel();

    [Fact]
    public void A_job_carries_its_labels_an_explicit_timeout_and_the_trainer_token_as_its_only_secret()
    {
        var options = new TrainingOptions { Image = "registry/trainer@sha256:0", };
        var run = new TrainingRun("0195-id", 2, new RepoId("acme", "identity-mom-1"), new string('a', 40), TrainingPlan.From(TrainingProfiles.Original, "person", 3), false);

        var spec = new TrainingJob(options, "staging", new Uri("https://hub.example")).Spec(run, "hf_trainer");

        Assert.Equal(
            [("app", "train-identity"), ("attempt", "2"), ("env", "staging"), ("identity", "0195-id"), ("profile", "flux-512")],
            spec.Labels.OrderBy(label => label.Key).Select(label => (label.Key, label.Value)));
        Assert.All(spec.Labels, label => Assert.Matches(LegalLabel(), label.Value));
        Assert.Equal(TimeSpan.FromMinutes(90), spec.Timeout);
        Assert.Equal([KeyValuePair.Create("HF_TOKEN", "hf_trainer")], spec.Secrets);
        Assert.Equal(("acme/identity-mom-1", "2", "1000", "0.0004"), (spec.Environment["IDT_REPO"], spec.Environment["IDT_ATTEMPT"], spec.Environment["IDT_STEPS"], spec.Environment["IDT_LEARNING_RATE"]));
        Assert.DoesNotContain("hf_trainer", spec.Environment.Values);
    }

    [Fact]
    public void A_plan_survives_its_row_and_its_trigger_is_opaque()
    {
        var plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3);

        var read = TrainingPlan.FromJson(plan.ToJson());

        Assert.Equal(plan, read);
        Assert.Matches("^[bcdfghjkmnpqrstvwxz]{4}[0-9]$", plan.Trigger);
        Assert.Equal($"a photo of {plan.Trigger} person", plan.InstancePrompt);
    }

    [Theory]
    [InlineData("""{"schema":1,"status":"succeeded","attempt":2,"job_id":"j","weights":{"file":"w.safetensors","sha256":"00","bytes":5}}""", true)]
    [InlineData("""{"status":"succeeded","attempt":1,"job_id":"j"}""", false)]
    [InlineData("""{"status":"succeeded","attempt":2,"job_id":"k"}""", false)]
    [InlineData("""{"attempt":"two"}""", null)]
    [InlineData("<html>", null)]
    [InlineData("null", null)]
    public void A_result_counts_only_for_its_own_attempt_and_job(string json, bool? counts) =>
        Assert.Equal(counts, TrainingResult.Read(System.Text.Encoding.UTF8.GetBytes(json))?.IsOf(2, "j"));
}

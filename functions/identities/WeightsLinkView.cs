using TrainIdentity.Hub;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>Enough for any image generator that takes a FLUX LoRA by its address.</summary>
/// <param name="Url">Lets whoever has it fetch the weights, without a token, until <paramref name="ExpiresAt"/>.</param>
/// <param name="ExpiresAt">Null when the Hub's address does not tell; it is short-lived all the same.</param>
/// <param name="Who">Stands for the person in a prompt: trigger and class word.</param>
/// <param name="PromptForm">With <c>{scene}</c> for anything else that is to be seen.</param>
/// <param name="Scale">How strongly the LoRA counts; 0 to 1.5 makes sense.</param>
internal sealed record WeightsLinkView(
    string Url, DateTimeOffset? ExpiresAt, string File, long Bytes, string Sha256, string BaseModel, string BaseRevision, string License, string Trigger, string ClassWord,
    string Who, string PromptForm, double Scale, double GuidanceScale, int InferenceSteps)
{
    // 0.8 is the original's; guidance and steps are the base model's own advice.
    private const double AdvisedScale = 0.8;
    private const double AdvisedGuidance = 3.5;
    private const int AdvisedSteps = 28;

    public static WeightsLinkView Of(Identity identity, SignedLink link)
    {
        var (plan, weights) = (identity.Plan, identity.Weights!);
        return new(
            link.Url.AbsoluteUri, link.ExpiresAt, weights.Path, weights.Bytes, weights.Oid, plan.BaseModel, plan.BaseRevision, plan.License, plan.Trigger, plan.ClassWord,
            plan.Who, $"a photo of {plan.Who}, {{scene}}", AdvisedScale, AdvisedGuidance, AdvisedSteps);
    }
}

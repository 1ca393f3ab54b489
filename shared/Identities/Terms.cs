using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>On what terms identities are made here: what they are trained on, what becomes of the photos, and what people are told of both.</summary>
public sealed class Terms
{
    public Terms(TrainingOptions training, RetentionOptions retention)
    {
        Profiles = new TrainingProfiles(training);
        Retention = PhotoRetention.Parse(retention.Photos) ?? throw new InvalidOperationException("The retention of photos is none that is known.");
        Consent = new ConsentText(Profiles.All, Retention);
    }

    public TrainingProfiles Profiles { get; }

    public PhotoRetention Retention { get; }

    public ConsentText Consent { get; }
}

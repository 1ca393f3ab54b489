using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TrainIdentity.Identities;

/// <summary>The repo's <c>README.md</c>: YAML the Hub can read, and the original's sections.</summary>
internal static class ModelCard
{
    public static string Write(Identity identity)
    {
        var plan = identity.Plan;
        var rate = plan.LearningRate.ToString("0.######", CultureInfo.InvariantCulture);
        return $"""
            ---
            license: other
            license_name: {Yaml(plan.License)}
            license_link: {Yaml(plan.LicenseLink)}
            base_model: {Yaml(plan.BaseModel)}
            base_model_relation: adapter
            pipeline_tag: text-to-image
            library_name: diffusers
            instance_prompt: {Yaml(plan.InstancePrompt)}
            tags:
              - text-to-image
              - diffusers
              - lora
              - flux
            ---

            # {Markdown(identity.RepoCaption ?? identity.Id.ToString())} Identity Model

            A private LoRA of one person, trained on {identity.Photos.Count} photos.

            ## Usage

            Put `{plan.Trigger} {plan.ClassWord}` into the prompt where the person should appear, for example
            `{plan.InstancePrompt}`. A LoRA scale of 0.8 is a good start.

            ## Training Details

            - **Model Type**: {plan.ModelType}
            - **Base Model**: {plan.BaseModel}, revision {plan.BaseRevision}
            - **Licence**: {plan.License}{(plan.Gated ? ", a gated model" : "")}; it governs this model too
            - **Profile**: {plan.Profile}, version {plan.ProfileVersion}
            - **Number of Images**: {identity.Photos.Count}
            - **Steps**: {plan.Steps}
            - **Learning Rate**: {rate}
            - **Resolution**: {plan.Resolution}
            - **Rank**: {plan.Rank}

            ## Privacy

            This repository is private. It holds photos of a person and a model of that person; do not make it public and do
            not pass it on. Its owner can delete everything in it at any time. What its owner was told of the photos: "{identity.Retention.Sentence}"

            ---

            Created by TrainIdentity for the person who uploaded the photos.

            """.ReplaceLineEndings("\n");
    }

    /// <summary>A JSON string is a YAML double-quoted scalar.</summary>
    private static string Yaml(string value) => $"\"{JsonEncodedText.Encode(value)}\"";

    /// <summary>Every ASCII punctuation mark escaped, so that a name can be nothing but text.</summary>
    private static string Markdown(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            if (char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c)))
            {
                text.Append('\\');
            }
            text.Append(c);
        }
        return text.ToString();
    }
}

"""Child: the four views of the original, drawn with the new weights. Uses the image's own diffusers; needs a large GPU."""

from pathlib import Path

# 28 steps and guidance 3.5 are the base model's own advice; the views are the original's.
VIEWS = {
    "front": "front view portrait of {who}, looking at the camera, neutral light",
    "right_profile": "right profile portrait of {who}, neutral light",
    "left_profile": "left profile portrait of {who}, neutral light",
    "smile": "portrait of {who}, smiling, natural light",
}


def main(base_model, base_revision, weights, who, size, seed, folder):
    import torch
    from diffusers import FluxPipeline

    pipeline = FluxPipeline.from_pretrained(base_model, revision=base_revision, torch_dtype=torch.bfloat16)
    pipeline.load_lora_weights(str(Path(weights).parent), weight_name=Path(weights).name)
    pipeline.enable_model_cpu_offload()
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, prompt in VIEWS.items():
        drawn = pipeline(
            prompt.format(who=who), num_inference_steps=28, guidance_scale=3.5, height=size, width=size,
            joint_attention_kwargs={"scale": 0.8}, generator=torch.Generator("cpu").manual_seed(seed)).images[0]
        drawn.save(folder / f"{name}.jpg", quality=90)

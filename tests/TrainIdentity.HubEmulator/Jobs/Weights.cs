using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>A small LoRA in safetensors form, different for each seed: header length, JSON header, data.</summary>
public sealed record Weights(byte[] Bytes, int TensorCount)
{
    public const string FileName = "pytorch_lora_weights.safetensors";

    private const int Rank = 4;
    private const int Width = 256;
    private const int Alignment = 8;

    private static readonly string[] Modules =
    [
        "transformer.transformer_blocks.0.attn.to_q", "transformer.transformer_blocks.0.attn.to_k", "transformer.transformer_blocks.0.attn.to_v",
    ];

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <summary>The same seed gives the same bytes.</summary>
    public static Weights Of(string seed)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        var offset = 0;
        foreach (var module in Modules)
        {
            offset = Describe(header, $"{module}.lora_A.weight", "F32", [Rank, Width], sizeof(float), offset);
            offset = Describe(header, $"{module}.lora_B.weight", "BF16", [Width, Rank], sizeof(ushort), offset);
        }

        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var headerLength = (text.Length + Alignment - 1) / Alignment * Alignment;
        var bytes = new byte[Alignment + headerLength + offset];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)headerLength);
        bytes.AsSpan(Alignment, headerLength).Fill((byte)' ');
        text.CopyTo(bytes.AsSpan(Alignment));
        Fill(bytes.AsSpan(Alignment + headerLength), seed);
        return new(bytes, header.Count - 1);
    }

    /// <summary>With a header length beyond any file.</summary>
    public static Weights Broken(string seed)
    {
        var weights = Of(seed);
        BinaryPrimitives.WriteUInt64LittleEndian(weights.Bytes, ulong.MaxValue);
        return weights;
    }

    private static int Describe(JsonObject header, string name, string type, int[] shape, int valueBytes, int offset)
    {
        var end = offset + (shape[0] * shape[1] * valueBytes);
        header[name] = new JsonObject
        {
            ["dtype"] = type,
            ["shape"] = new JsonArray(shape[0], shape[1]),
            ["data_offsets"] = new JsonArray(offset, end),
        };
        return end;
    }

    /// <summary>Sixteen-bit words below 0x3F80: finite and small, whether read as BF16 or in pairs as F32.</summary>
    private static void Fill(Span<byte> data, string seed)
    {
        Span<byte> block = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        for (var at = 0; at < data.Length; at += 2)
        {
            if (at % block.Length is 0) _ = SHA256.HashData(block, block);
            data[at] = block[at % block.Length];
            data[at + 1] = (byte)(0x3C | (block[(at + 1) % block.Length] & 0x03));
        }
    }
}

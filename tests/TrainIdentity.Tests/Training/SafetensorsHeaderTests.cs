using System.Text;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Training;

public sealed class SafetensorsHeaderTests
{
    private const string Two = """
        {"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,2],"data_offsets":[8,16]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}
        """;

    [Fact]
    public void Tensors_that_cover_the_data_are_accepted() => Assert.True(Describes(Two, 16));

    [Theory]
    [InlineData(Two, 15)]
    [InlineData(Two, 17)]
    [InlineData("", 0)]
    [InlineData("{}", 0)]
    [InlineData("[]", 0)]
    [InlineData("{\"__metadata__\":{}}", 0)]
    [InlineData("{\"a\":1}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"Q99\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[8,0]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", 0)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,6]}}", 6)]
    public void Anything_else_is_no_weights_file(string header, int dataBytes) => Assert.False(Describes(header, dataBytes));

    private static bool Describes(string header, int dataBytes)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        return SafetensorsHeader.Describes(bytes, SafetensorsHeader.LengthBytes + bytes.Length + dataBytes);
    }
}

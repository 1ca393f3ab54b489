using System.Text.Json;

namespace TrainIdentity.Functions.Http;

/// <summary>Where in the upload's JSON the reader stands, token by token. Unknown and repeated fields end it.</summary>
internal sealed class JsonUploadWalk(UploadDraft draft)
{
    private enum Place { Start, Top, TopValue, Images, Image, ImageName, Consent, ConsentValue, End }

    private readonly HashSet<string> _topSeen = [];
    private readonly HashSet<string> _imageSeen = [];
    private readonly HashSet<string> _consentSeen = [];
    private Place _place = Place.Start;
    private string _field = "";

    /// <summary>The next value is a photo's data.</summary>
    public bool AtData { get; private set; }

    public bool Done => _place is Place.End;

    public void DataTaken() => AtData = false;

    public void Take(ref Utf8JsonReader reader)
    {
        switch (_place)
        {
            case Place.Start:
                Require(reader.TokenType is JsonTokenType.StartObject, "The body must be a JSON object.");
                _place = Place.Top;
                break;
            case Place.Top when reader.TokenType is JsonTokenType.EndObject:
                _place = Place.End;
                break;
            case Place.Top:
                Field(ref reader, _topSeen, Place.TopValue, "identityName", "imageFiles", "userId", "consent");
                break;
            case Place.TopValue:
                TopValue(ref reader);
                break;
            case Place.Images when reader.TokenType is JsonTokenType.EndArray:
                _place = Place.Top;
                break;
            case Place.Images:
                Require(reader.TokenType is JsonTokenType.StartObject, "Every entry of imageFiles must be an object with name and data.");
                _imageSeen.Clear();
                _place = Place.Image;
                break;
            case Place.Image:
                Image(ref reader);
                break;
            case Place.ImageName:
                Require(reader.TokenType is JsonTokenType.String or JsonTokenType.Null, "The name of a photo must be a string.");
                _place = Place.Image;
                break;
            case Place.Consent when reader.TokenType is JsonTokenType.EndObject:
                _place = Place.Top;
                break;
            case Place.Consent:
                Field(ref reader, _consentSeen, Place.ConsentValue, "version", "subject");
                break;
            default:
                ConsentValue(ref reader);
                break;
        }
    }

    private void TopValue(ref Utf8JsonReader reader)
    {
        _place = Place.Top;
        switch (_field)
        {
            case "identityName":
                Require(reader.TokenType is JsonTokenType.String, "identityName must be a string.");
                draft.IdentityName = Text(ref reader);
                break;
            case "userId":
                Require(reader.TokenType is JsonTokenType.String or JsonTokenType.Null, "userId must be a string.");
                draft.UserId = Text(ref reader);
                break;
            case "imageFiles":
                Require(reader.TokenType is JsonTokenType.StartArray, "imageFiles must be an array.");
                _place = Place.Images;
                break;
            case "consent" when reader.TokenType is JsonTokenType.StartObject:
                draft.Consent = new ConsentInput(null, null, null);
                _place = Place.Consent;
                break;
            default:
                Require(reader.TokenType is JsonTokenType.True or JsonTokenType.False, "consent must be true, false or an object with version and subject.");
                draft.Consent = new ConsentInput(reader.TokenType is JsonTokenType.True, null, null);
                break;
        }
    }

    private void Image(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.EndObject)
        {
            _place = Place.Images;
            if (!_imageSeen.Contains("data") && draft.TryBegin(out var index))
            {
                draft.Missing(index);
            }
            return;
        }

        Field(ref reader, _imageSeen, Place.ImageName, "name", "data");
        if (draft.Refusal is null && _field == "data")
        {
            AtData = true;
            _place = Place.Image;
        }
    }

    private void ConsentValue(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType is JsonTokenType.String, "version and subject of the consent must be strings.");
        var text = Text(ref reader);
        draft.Consent = _field == "version" ? draft.Consent! with { Version = text } : draft.Consent! with { Subject = text };
        _place = Place.Consent;
    }

    private void Field(ref Utf8JsonReader reader, HashSet<string> seen, Place value, params ReadOnlySpan<string> known)
    {
        _field = Text(ref reader) ?? "";
        if (!known.Contains(_field))
        {
            draft.Refusal ??= Problems.UnknownField(_field);
            return;
        }
        Require(seen.Add(_field), $"The field {_field} stands twice.");
        _place = value;
    }

    /// <summary>Escaped halves of a surrogate pair have no UTF-8 form; the reader says so by throwing.</summary>
    private string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            draft.Refusal ??= Problems.Malformed("A text is not valid Unicode.");
            return null;
        }
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            draft.Refusal ??= Problems.Malformed(otherwise);
        }
    }
}

namespace TrainIdentity.Photos;

/// <summary>The second byte of a marker, ITU-T T.81 table B.1.</summary>
internal static class JpegMarker
{
    public const byte Prefix = 0xFF;
    public const byte Sof0 = 0xC0;
    public const byte Sof2 = 0xC2;
    public const byte Dht = 0xC4;
    public const byte Jpg = 0xC8;
    public const byte Dac = 0xCC;
    public const byte Sof15 = 0xCF;
    public const byte Rst0 = 0xD0;
    public const byte Rst7 = 0xD7;
    public const byte Soi = 0xD8;
    public const byte Eoi = 0xD9;
    public const byte Sos = 0xDA;
    public const byte Dqt = 0xDB;
    public const byte Dnl = 0xDC;
    public const byte Dri = 0xDD;
    public const byte Dhp = 0xDE;
    public const byte Exp = 0xDF;
    public const byte App0 = 0xE0;
    public const byte App1 = 0xE1;
    public const byte App2 = 0xE2;
    public const byte App13 = 0xED;
    public const byte App14 = 0xEE;
    public const byte App15 = 0xEF;
    public const byte Com = 0xFE;

    /// <returns>Null for a marker that starts a segment we read.</returns>
    public static PhotoRefusal? Refuse(byte marker) => marker switch
    {
        (>= Sof0 and <= Sof2) or Dht or Sos or Dqt or Dri or (>= App0 and <= App15) or Com => null,
        0xC3 or 0xC7 or 0xCB or Sof15 => PhotoRefusals.Unsupported(PhotoFormat.Jpeg, "is of the lossless kind"),
        Jpg or 0xC9 or 0xCA or Dac or 0xCD or 0xCE => PhotoRefusals.Unsupported(PhotoFormat.Jpeg, "uses arithmetic coding"),
        0xC5 or 0xC6 or Dhp or Exp => PhotoRefusals.Unsupported(PhotoFormat.Jpeg, "holds several layers"),
        Dnl => PhotoRefusals.Unsupported(PhotoFormat.Jpeg, "states its height late"),
        _ => PhotoRefusals.Damaged(PhotoFormat.Jpeg, "a part of it is unknown"),
    };
}

namespace TrainIdentity.Photos;

/// <summary>Counts the inflated bytes of a PNG against its header, row by row and pass by pass, and looks at each row's filter.</summary>
internal sealed class PngScanlines
{
    private const byte LastFilter = 4;

    // Adam7, PNG 8.2: first column, first row, and the steps in both directions.
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly List<(int Rows, int RowBytes)> _passes = [];
    private int _pass = -1;
    private int _rowsLeft;
    private int _rowBytes;
    private int _rowLeft;

    public PngScanlines(PngHeader header)
    {
        foreach (var (x, y, stepX, stepY) in header.Interlaced ? Adam7 : [(0, 0, 1, 1)])
        {
            var columns = (header.Width - x + stepX - 1) / stepX;
            var rows = (header.Height - y + stepY - 1) / stepY;
            var bits = (long)columns * header.Channels * header.Depth;
            if (columns > 0 && rows > 0) _passes.Add((rows, 1 + (int)((bits + 7) / 8)));
        }
    }

    public long TotalBytes => _passes.Sum(pass => (long)pass.Rows * pass.RowBytes);

    public bool IsComplete => _rowLeft is 0 && _rowsLeft is 0 && _pass >= _passes.Count - 1;

    /// <returns>False when there are more bytes than the header allows, or a filter that does not exist.</returns>
    public bool Take(ReadOnlySpan<byte> inflated)
    {
        while (!inflated.IsEmpty)
        {
            if (_rowLeft is 0 && !(BeginRow() && inflated[0] <= LastFilter)) return false;
            var piece = Math.Min(_rowLeft, inflated.Length);
            _rowLeft -= piece;
            inflated = inflated[piece..];
        }

        return true;
    }

    private bool BeginRow()
    {
        if (_rowsLeft is 0)
        {
            if (++_pass >= _passes.Count) return false;
            (_rowsLeft, _rowBytes) = _passes[_pass];
        }

        _rowsLeft--;
        _rowLeft = _rowBytes;
        return true;
    }
}

def exif_transpose(picture):
    return picture


def fit(picture, size, method, centering):
    assert size[0] == size[1] and 0 <= centering[1] <= 1
    return picture

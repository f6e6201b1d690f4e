import pytest

from dashboard.upload.labels import LabelsError, is_labels, label_of, read_labels


def test_labels_are_found_by_path_beside_the_file_of_labels():
    labels = read_labels(
        "scans/labels.csv", b"\xef\xbb\xbffile,label\r\nday/1.png,42\r\n./2.png, 007\r\n\r\n3.png,\r\n"
    )
    assert label_of("scans/day/1.png", labels) == "42"
    assert label_of("scans/2.png", labels) == "007"
    assert label_of("scans/3.png", labels) == ""
    assert label_of("other/day/1.png", labels) is None


def test_files_without_folders_are_found_by_their_names():
    labels = read_labels("labels.csv", b"file,label\n1.png,42\n")
    assert label_of("folder/1.png", labels) == "42"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "first line must be file,label"),
        (b"name,number\n1.png,2\n", "first line must be file,label"),
        (b"file,label\n1.png,7\n2.png,seven\n", "line 3: the label 'seven' is no number"),
        (b"file,label\n1.png\n", "line 2: a file and its label"),
        ("file,label\n1.png,\u0663\n".encode(), "is no number"),
        (b"file,label\n1.png," + b"1" * 33, "is no number"),
        (b"\xff\xfe", "no CSV file in UTF-8"),
        (b'file,label\n"1.png,7', "no CSV file"),
    ],
)
def test_what_is_no_list_of_labels_is_a_sentence(content, sentence):
    with pytest.raises(LabelsError, match=sentence):
        read_labels("labels.csv", content)


def test_only_labels_csv_holds_labels():
    assert is_labels("a/Labels.csv")
    assert not is_labels("mylabels.csv")

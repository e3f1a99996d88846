"""The rules that hold a decision until it names them and gives a reason."""

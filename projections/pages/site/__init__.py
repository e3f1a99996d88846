"""The pages of chosen points as a folder of files, for any web server to give out."""

// Here for the sake of the header, which is compiled for this file first.

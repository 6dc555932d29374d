"""The archive behind an output folder: what each document gave, kept by its content, so that no work is done twice.

``work`` does one document, ``pool`` spreads documents over processes, ``gather`` brings the documents of the inputs
into the ``ledger``, ``sort``, ``assemble`` and ``stores`` make the graph of any set of documents from it; ``change``
adds, removes and updates.
"""
